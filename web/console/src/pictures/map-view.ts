/** A view of a large drawing: how far it is moved and enlarged. */
import type { Box } from './share-tree.ts'

export interface MapView {
  x: number
  y: number
  scale: number
}

interface Size {
  width: number
  height: number
}

export const scales = { least: 0.1, most: 2 } as const

/** What of the drawing is seen. */
export const seenOf = ({ x, y, scale }: MapView, { width, height }: Size): Box => ({
  left: -x / scale,
  top: -y / scale,
  right: (width - x) / scale,
  bottom: (height - y) / scale,
})

/** Enlarged by a factor; the point of the frame stays where it is. */
export function zoomed(view: MapView, factor: number, at: { x: number; y: number }): MapView {
  const scale = Math.min(scales.most, Math.max(scales.least, view.scale * factor))
  const by = scale / view.scale
  return { scale, x: at.x - (at.x - view.x) * by, y: at.y - (at.y - view.y) * by }
}

/**
 * The whole drawing. Where it would be smaller than `least`: its left edge about the height of `y`,
 * at the scale `otherwise`.
 */
export function fitted(
  drawing: Size,
  frame: Size,
  y: number,
  { least, otherwise }: { least: number; otherwise: number },
): MapView {
  const scale = Math.min(1, frame.width / drawing.width, frame.height / drawing.height)
  if (scale < least) return { scale: otherwise, x: 0, y: frame.height / 2 - y * otherwise }
  return { scale, x: 0, y: (frame.height - drawing.height * scale) / 2 }
}

/** Moved as little as brings the point into the frame, with some space around it. */
export function broughtIn(view: MapView, point: { x: number; y: number }, frame: Size): MapView {
  const moveBy = (at: number, size: number, before: number, after: number) => {
    if (at < before) return before - at
    return at > size - after ? size - after - at : 0
  }
  const x = point.x * view.scale + view.x
  const y = point.y * view.scale + view.y
  return {
    scale: view.scale,
    x: view.x + moveBy(x, frame.width, 24, Math.min(160, frame.width / 2)),
    y: view.y + moveBy(y, frame.height, 32, 32),
  }
}
