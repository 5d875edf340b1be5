/**
 * Every request and reply between phone, operator and server, as plain types, one file a resource.
 * Times are ISO 8601 UTC strings in replies and milliseconds since the epoch in events.
 */
export type * from './access-token.ts'
export type * from './api-keys.ts'
export type * from './audit.ts'
export type * from './codes.ts'
export type * from './credits.ts'
export type * from './customer-service.ts'
export type * from './events.ts'
export type * from './messages.ts'
export type * from './operations.ts'
export type * from './problems.ts'
export type * from './pushes.ts'
export type * from './sessions.ts'
export type * from './shares.ts'
export type * from './subscribe-templates.ts'
export type * from './templates.ts'
export type * from './users.ts'
