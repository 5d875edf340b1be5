import type { JsonObject } from './http.ts'

/** For pages that answer with an errcode alone: an object without one is not WeChat's. */
export const acknowledged = (body: JsonObject): JsonObject | undefined =>
  'errcode' in body ? body : undefined
