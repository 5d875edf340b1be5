/** Stand in the addresses of first requests where the app and the part of the path belong. */
export const appPlace = 'first-app'
export const paramPlace = 'first-param'
