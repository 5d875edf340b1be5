/** A module of its own, since every part of the store's interface imports it. */

/** Identities, branded so that a credit cannot pass as a message. */
declare const brand: unique symbol
export type UserNumber = number & { readonly [brand]: 'user' }
/** Unique within its user only. */
export type CreditId = number & { readonly [brand]: 'credit' }
/** Of a broadcast. */
export type BroadcastNumber = number & { readonly [brand]: 'broadcast' }
export type MessageId = string & { readonly [brand]: 'message' }
