/**
 * What a form yields where there is no formId: DevTools, development versions and today's platform put words
 * in its place (platform: `the formId is a mock one`, `the formId is no longer available in develop or trial
 * version of this mini program`, `requestFormId:fail…`). Real ones never hold a space or a colon.
 */
export const isFormId = (value: string): boolean => /^[^\s:]+$/.test(value) && value !== 'undefined'
