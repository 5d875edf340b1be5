/**
 * Spending over HTTP from a server of a thousand apps, compared with one of a single app: as many
 * users and credits, drawn evenly, and each request names its app.
 *
 *   npm run bench -- many-apps [--quick]
 */
import { compare, quick } from './compare.ts'
import { createFilledStore } from './filled-store.ts'
import { benchServices, serve } from './server.ts'

const credits = quick ? 100_000 : 1_000_000
const stores = []
const sides = []
for (const apps of [1_000, 1]) {
  const { users, store } = await createFilledStore(credits, { apps })
  const name = apps === 1 ? 'of one app/s' : `of ${apps} apps/s`
  stores.push(store)
  sides.push(await serve(name, benchServices(store, apps), 'spend', users, 0, apps))
}
const [many, one] = sides
await compare('spending over HTTP', many!, one!, 0.95)
for (const side of sides) await side.close()
for (const store of stores) await store.close()
