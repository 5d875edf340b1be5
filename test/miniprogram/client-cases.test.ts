/**
 * The behaviours that count on the phone, each of which went wrong in a published SDK. A test that
 * proves one carries its number in its title, as `[case 12]`; a test may carry several.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'

const cases: Record<string, string> = {
  '1': 'no share handler of the user: none is added',
  '2': '`this`, arguments and results pass unchanged',
  '3': 'an error of the user is thrown once, an error of the library never',
  '4': 'wrapping is idempotent',
  '5': 'input is never mutated',
  '6': 'native constructors are called once, and keep their properties',
  '7': 'globals that cannot be written',
  '8': 'component pages and behaviors',
  '9': 'adapters of frameworks wrap one callback',
  '10': 'the handler returns nothing',
  '11': 'one parameter more, every other byte of the path unchanged',
  '12': 'the route is unknown',
  '13': 'a promise in the content',
  '14': 'a promise returned directly',
  '15': 'the timeline has a query and no path',
  '16': '`from` or the options are missing, a second call at once',
  '17': 'a call of the handler is an intent',
  '18': 'the id is short, and contains nothing about a person',
  '19': "the user's callbacks are called, and tickets reach both",
  '20': 'one entry is one arrival',
  '21': 'the ticket decides, not the scene',
  '22': 'withShareTicket only where groupTicket asks for it',
  '23': 'the group, or why there is none',
  '24': 'sign in first, and never retry ciphertext for ever',
  '25': 'independent subpackages and plugins',
  '26': 'single-page mode is silent',
  '27': 'not a formId, and seven days from the tap',
  '28': 'subscriptions within the tap, read per template',
  '29': 'persisted before sent, removed by id',
  '30': 'only a reply of our server acknowledges',
  '31': '401: one sign-in for all callers, one more attempt',
  '32': 'events captured before the queue was read are merged',
  '33': 'a full storage',
  '34': 'corrupt content is set aside',
  '35': 'one request in flight, and a backoff',
  '36': 'hiding: storage first, then one attempt',
  '37': 'two copies share one storage',
  '38': 'the app brings its own session',
  '39': 'the clock jumps',
  privacy: 'nothing before consent, nothing left after a refusal',
  size: 'what the library costs a page; build/size.mjs holds its bytes',
  testing: "the phone for the users' own tests",
}

const titles = readdirSync(__dirname, { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts') && name !== 'client-cases.test.ts')
  .map((name) => readFileSync(join(__dirname, name), 'utf8'))
  .flatMap((code) => code.match(/^.*\[case [^\]\n]+\].*$/gm) ?? [])
const tags = titles.flatMap((title) =>
  [...title.matchAll(/\[case ([^\]]+)\]/g)].map(([, tag = '']) => tag),
)

describe('the behaviours that count on the phone', () => {
  it.each(Object.entries(cases))('have a test: case %s, %s', (number) => {
    expect(tags).toContain(number)
  })

  it('are all in this list', () => {
    expect(tags.filter((tag) => !Object.keys(cases).includes(tag))).toEqual([])
  })
})
