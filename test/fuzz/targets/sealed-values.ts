/** What the database gives back as sealed by us: damaged, replaced, or of another row. */
import * as fc from 'fast-check'
import { createSeal } from '../../../server/crypto/seal.ts'
import { hostileText, mutatedBytesOf } from '../../support/mutations.ts'
import { promised, type FuzzTarget } from './target.ts'

const [newest, older, foreign] = [1, 2, 3].map((byte) => Buffer.alloc(32, byte)) as [
  Buffer,
  Buffer,
  Buffer,
]
const owner = { appId: 'wx0123456789abcdef', openId: 'alice-0001' }
const plains = [Buffer.alloc(16, 7), Buffer.from('an-access-token'), Buffer.alloc(0)]

const sealed = fc
  .record({
    nonce: fc.uint8Array({ minLength: 12, maxLength: 12 }),
    plain: fc.constantFrom(...plains),
    key: fc.constantFrom(newest, older, foreign),
  })
  .map(({ nonce, plain, key }) => createSeal([key], () => Buffer.from(nonce)).seal(plain, owner))
const seal = createSeal([newest, older], () => Buffer.alloc(12))

const text = hostileText(64)
const owners = fc.oneof(
  { weight: 3, arbitrary: fc.constant(owner) },
  { weight: 1, arbitrary: fc.record({ appId: text, openId: text }) },
)

export const sealedValues: FuzzTarget<{ bytes: Buffer; owner: typeof owner }> = {
  name: 'sealed-values',
  inputs: fc.record({
    bytes: fc.oneof(sealed, mutatedBytesOf(sealed, { tokens: ['\0'], maxBytes: 4_096 })),
    owner: owners,
  }),
  read({ bytes, owner: given }) {
    const plain = seal.open(bytes, given)
    if (plain === undefined) return 'closed'
    const isNewest = seal.isCurrent(bytes)
    const isOwner = given.appId === owner.appId && given.openId === owner.openId
    promised(isOwner, 'a sealed value opens for its owner alone')
    promised(
      plains.some((known) => known.equals(plain)),
      'a sealed value opens to what was sealed',
    )
    return isNewest ? 'opened' : 'opened_by_older_key'
  },
  outcomes: ['closed', 'opened', 'opened_by_older_key'],
}
