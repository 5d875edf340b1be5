const day = 24 * 60 * 60 * 1_000

/**
 * How long an image is kept here after its last upload, so that a message that names it can be sent when WeChat has
 * forgotten it. Sending it begins the time anew, at most once in three days.
 */
export const mediaKeptMs = 90 * day

/** A message on its way must not arrive after the end: the image is uploaded again so much earlier. */
export const mediaMarginMs = 10 * 60 * 1_000
