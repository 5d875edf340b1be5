/**
 * Identities, branded so that a credit cannot pass as a message. A module of its own, since all
 * others of the store's interface import it.
 */
declare const brand: unique symbol
export type UserNumber = number & { readonly [brand]: 'user' }
/** Unique within its user only. */
export type CreditId = number & { readonly [brand]: 'credit' }
export type MessageId = string & { readonly [brand]: 'message' }
