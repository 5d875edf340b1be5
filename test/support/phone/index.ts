/** The phone that our users test with is the one that we test with. */
export * from '../../../miniprogram/client/testing'
