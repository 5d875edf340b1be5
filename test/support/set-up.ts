/** Before the first suite of the server. */
import { beginCollecting } from './logs/collected.ts'
import { provideDatabase } from './postgres/setup.ts'

export default async function setUp(): Promise<void> {
  beginCollecting()
  await provideDatabase()
}
