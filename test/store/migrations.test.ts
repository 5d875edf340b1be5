/** A published migration is never edited: a database that applied it would not get the change. */
import { describe, expect, it } from '@jest/globals'
import { hash } from 'node:crypto'
import { migrations as postgres } from '../../server/store/postgres/migrate.ts'
import { migrations as sqlite } from '../../server/store/sqlite/migrate.ts'

/** Only ever append: a mistake is mended by the next one. */
const published = {
  SQLite: {
    '0001-initial-schema': 'd6fb0e7af3cf3ae3f29862bf94e8165919e1c1c0b431843383e3780da58f8afa',
    '0002-changes': 'f1824cb3ffc897cd3e5efbd4924ed9f5da7450a24d9a518c1bc9d876c6c4c2fb',
    '0003-find-by-open-key': '977cb5f8b283751905d1bcbb13566c7b94498f295842a55907a81cc546aeb31e',
    '0004-forwarded-pushes': 'ef5c38f4c35b2581e6a1441bb9442b5ed304eb610e01ccb30db8fc956fa2fba1',
    '0005-push-contents': 'ab50eca825c95a839a92f2e672af19854da60bced9ae4254dbd505e8d79816d0',
    '0006-code-requests': '2246bdc07635c1adf167448090ca6ac75f0e7f824275126c4fca482c75e18c56',
    '0007-webhooks': '75e6382ab6d7103c60dee96490b62489941dd92ab996e5711ddd44c2e950be72',
    '0008-scheduled-messages': '61a432b9dd5f79c788d6b73d5518cca8622521fa760e7e1eba415588ffe5f892',
    '0009-broadcasts': 'f41808aba04ec4f054646ff286a9734c3809111ab8f49ad10ac92caa12a7602e',
    '0010-credit-tags': '198e87f8f19e4a1a5c7090665be02bda60e14d79191c256a9fa98667823ab68d',
    '0011-held-out-recipients': 'db12fe05d870451173dfe912f5a80838009e734d6b2e92fd7cd8ad58acffcb43',
    '0012-broadcast-changes': 'f354802f0e7b803b148b0d4b1972f920439505193130ed8bb4dd97482e11df9b',
    '0013-broadcast-results': 'a915925172f3292a5d11bf96f423ab369061fa35ce409c0b6140f66e8edcb792',
    '0014-tag-results': '5c89d965a6f13a80380c9937827e31066b90fa074febfa6a4b53cd01bcec5295',
  },
  PostgreSQL: {
    '0001-initial-schema': 'decb8eabc17784fbb3baf04af3e045701ec3179120116b6cc2d69e61516166d9',
    '0002-changes': 'd5494736663a42be0070fa7d3d589b2ab596e7628d501f7fe2dc3007f44328d6',
    '0004-forwarded-pushes': '8baf46a5db528b9f412c0a36f3491e93867995a19520855beb2de45a386a8e62',
    '0005-push-contents': '92fc855a3ce7cf9193f7343ff5a21ecb735f6a54517007714ade1d2e46a40acb',
    '0006-code-requests': '66c8daf5c04fa236dcb690b31cc9c2d3c2230d334004a64c6bfcf56fd85b16cc',
    '0007-webhooks': '9d9c449e7e9606e1698162893b8bc61cdddb76b4caca7ad56d288bf3f4cf416c',
    '0008-scheduled-messages': '452838c299401a46393d9633642055e6af34b535434bb928cb26e539ed953ba1',
    '0009-broadcasts': '22f2912469b474b90fb9da8a806d03efdc2ae3f6381a98154eebefd1c250f9af',
    '0010-credit-tags': '0e631eee7294bcf203ec815cea6bc847a9ce256d5c387852098dccdb6378b6a8',
    '0011-held-out-recipients': '93e621f0c81986d1e3947396ea553e0ba314a9f3c93db473eebaa95cdf746200',
    '0012-broadcast-changes': '5a20f1685c6ee2728458c853f1bd9bcc12125b971c33901adac2e74a887ceac2',
    '0013-broadcast-results': '32049d29a3984bcb32aceb12f57458520c007872e9cf4c44c0fd4f5da4fbda5a',
    '0014-tag-results': '3f16e3ce10c2d9af472249d33ee781f60da9186b4ebd3804e4e0fd237d6a576d',
  },
}

describe.each([
  ['SQLite', sqlite],
  ['PostgreSQL', postgres],
] as const)('a migration of %s', (engine, migrations) => {
  it('that was published is never edited, renamed, moved or taken away', () => {
    const texts = migrations.map(({ name, sql }) => [name, hash('sha256', sql)])
    expect(texts).toEqual(Object.entries(published[engine]))
  })
})
