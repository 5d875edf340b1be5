/** Before the first suite of the phone, which needs no database. */
import { beginCollecting } from './logs/collected.ts'

export default async function setUp(): Promise<void> {
  beginCollecting()
}
