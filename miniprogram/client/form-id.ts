/**
 * A form yields words where it has no id: `the formId is a mock one` in DevTools, `the formId is no longer available
 * in develop or trial version…`, `requestFormId:fail…`.
 */
export const isFormId = (value: unknown): value is string =>
  typeof value === 'string' && /^(?!undefined$|.*:fail)\S{1,128}$/.test(value)
