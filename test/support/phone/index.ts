/** The published phone of `wx-reach/testing` is the phone of our own tests. */
export * from '../../../miniprogram/client/testing'
