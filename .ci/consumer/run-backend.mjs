// oxlint-disable no-console -- a command speaks on the console
// Loads the installed client with nothing else of the package, and lets it fail as it promises.
import assert from 'node:assert'
import { createReachClient, RetryLaterError } from 'wx-reach-server/client'

const baseUrl = 'http://127.0.0.1:9'
const reach = createReachClient({ baseUrl, apiKey: 'the-key', retries: 0 })
await assert.rejects(reach.users.credits('alice-0001'), RetryLaterError)
console.log('the client runs, and its errors are its own classes')
