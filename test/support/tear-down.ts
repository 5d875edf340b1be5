/** After the last suite. */
import { searchCollected } from './logs/search.ts'
import { stopServer } from './postgres/teardown.ts'

export default async function tearDown(): Promise<void> {
  await stopServer()
  searchCollected()
}
