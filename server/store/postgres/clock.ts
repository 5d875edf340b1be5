/** The database's clock, on which leases and due times run for all processes alike: milliseconds since the epoch. */
export const engineNow = '(extract(epoch FROM clock_timestamp()) * 1000)::bigint'

/** The same, asked once a statement, so that an index can be searched for it. */
export const engineNowOnce = `(SELECT ${engineNow})`
