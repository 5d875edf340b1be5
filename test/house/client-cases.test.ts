/**
 * The behaviours of the phone's side that count, each seen going wrong in a published SDK, and the tests that hold them here:
 * `what › does what`, as jest prints them. What is held by the compiler or by a command names a file.
 */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, it } from '@jest/globals'

const root = resolve(__dirname, '../..')

const cases: Record<string, string[]> = {
  '1 no handler of the user’s: none is added': [
    'a wrapped page › has no share handler unless its author wrote one',
    '%s › without a share handler stays as it is, the same object',
  ],
  '2 this, arguments and results pass unchanged': [
    'a wrapped page › hands this, every argument and the result through',
    'a wrapped app › keeps its lifecycle functions, with this, arguments and result',
    'a submitted form › gives its formId with the page and the time of the tap, and the handler all the rest',
    'a share to the timeline › hands this and every argument through, and throws what the handler throws, once',
  ],
  '3 what the user throws is thrown once, what we throw never': [
    'a wrapped page › throws what the handler throws, once',
    'a wrapped page › returns the content untouched when the library fails',
    'a submitted form › reaches its handler though the library fails, which the developer is told',
    'a payment that cannot be recorded › throws nothing at the page that made it',
  ],
  '4 wrapping is idempotent': [
    'a wrapped page › gives one share id however often it is wrapped',
    'install › beside wrapping by hand, and twice, gives one share id and one event',
  ],
  '5 input is never mutated': [
    'a wrapped page › leaves its input alone, frozen or not, and keeps symbols, getters and the prototype',
    '%s › keeps its other methods, its symbols and the given options',
  ],
  '6 native constructors are called once, and keep what hangs on them': [
    'install › calls the platform once, with all arguments and this, and returns what it returns',
    'install › keeps what hangs on the platform’s constructors',
  ],
  '7 globals that cannot be written': [
    'install › answers why where writing a global %s, changes nothing, and wrapping by hand works',
    'install › is undone, where what stands there is still ours',
    'install › tells the developer when pages or the app were defined before',
  ],
  '8 component pages and behaviors': [
    '%s › is wrapped where its methods have a share handler',
    'install › leaves plain pages and components as they are, and a call without options',
  ],
  '9 framework adapters wrap one callback': [
    'a framework › wraps the one callback that it has, whose this is no page',
    "in Taro › a handler given to useShare is called by Taro's runtime and its path carries a share id",
    'the recipes of frameworks › uni-app: handlers keep the component as `this`',
  ],
  '10 nothing returned': [
    'the path of a share › is the current page with its query where the handler returns %p',
    'base library %s › shares the page itself where its handler names no path, as far as the page knows it',
  ],
  '11 one parameter more, every other byte unchanged': [
    'the path of a share › %s becomes %s',
    'the path of a share › tells the developer once about a path without slash, and does not repair it',
    'the path of a share › tells the developer about a picture that is neither PNG nor JPG, and leaves it',
  ],
  '12 route unknown': ['the path of a share › stays absent where nobody knows the route'],
  '13 a promise in the content': [
    'content that comes later › carries the same id inside and outside, and the outer path where it names none',
    'content that comes later › is the outer content after a rejection',
    'content that comes later › is the outer content after three seconds',
  ],
  '14 a promise returned directly': [
    'content that comes later › is recognised by then, also as what the handler returns',
  ],
  '15 the timeline has a query and no path': [
    'a share to the timeline › has the id in its query and no path',
    'a share to the timeline › carries the same id inside a promise, and the outer query where that names none',
  ],
  '16 from or options missing, a second call at once': [
    'a share › is one event where the platform asks twice for one tap, or passes no options',
    'a share › is another one on another page, however soon after',
    'a share › is another one after the clock has jumped back',
    'what a phone tells › says nothing of it after %j',
  ],
  '17 calling the handler is an intent': [
    'a share › is an intent, told with page, path, title, origin and the share that the user came by',
    'base library %s › has the arrival for proof, with its group as far as the platform gives it',
  ],
  '18 the id is short, and nothing about a person': [
    'the path of a share › says nothing of a person: the id is short, and only an id',
    'a share › has an id of its own even where chance is always the same',
  ],
  '19 the user’s callbacks are called, and tickets reach both': [
    "a base library that still tells how a share ended › calls the page's own callbacks with everything it gave",
    'a base library that still tells how a share ended › costs no ticket where the page’s own callback throws',
  ],
  '20 one entry is one arrival': [
    'an arrival › is one, though onLaunch, onShow and wx.onAppShow all tell of it',
    'an arrival › is another one with a new ticket, and none when the user just comes back',
  ],
  '21 the ticket decides, not the scene': [
    'an arrival › has no group where there is no ticket and the phone knows no other way',
    'the group of an arrival › is asked for where there is a ticket, whatever scene %d says',
    'the group of an arrival › is not asked for where scene %d says that there is none, and no ticket speaks of one',
  ],
  '22 withShareTicket only where groupTicket asks': [
    'the share ticket › is not asked for unless the app or the page wants it',
    'the share ticket › is asked for with updateShareMenu and nothing else in the call',
    'the share ticket › is asked for with showShareMenu before 1.2.0, unless the page has hidden its menu',
    "%s › hands the page's own object to the platform, callbacks and all",
    '%s › gives a promise without callbacks, also without any argument',
    'getShareInfo › is the platform’s with callbacks, and a promise without',
  ],
  '23 the group, or why there is none': [
    'the group of an arrival › comes from getGroupEnterInfo without any ticket',
    'the group of an arrival › comes from getShareInfo where getGroupEnterInfo does not fit',
    'the group of an arrival › is unavailable, with the reason, after %j',
    'the group of an arrival › is not waited for longer than three seconds, and a late answer is ignored',
  ],
  '24 sign in first, and never retry ciphertext for ever': [
    'the group of an arrival › is asked for only after signing in, and not at all before',
    'the group of an arrival › is asked for once more after a new sign-in where the server lacks the key',
    'the group of an arrival › is given up, not retried for ever, where a new sign-in does not help',
    'the group of an arrival › is lost with the life of its ticket: the arrival says so and goes out',
    'a server that never has the key › is not asked again and again for an event without any data of the kind',
    'a base library that still tells how a share ended › has each of its tickets exchanged, once signed in, in their order',
    "a page that asks for the group › gets the server's openGId, whether it asked before or after the answer",
  ],
  '25 independent subpackages and plugins': [
    'an independent subpackage › has no App: arrivals, hiding and coming back are noticed by the listeners of wx',
    'an independent subpackage › is hidden by wx.onAppHide: one attempt, and no timer runs until it is shown',
    'an independent subpackage › whose App is loaded later makes no second arrival',
    'a plugin › gets along with requests, storage and sign-in alone',
  ],
  '26 single-page mode is silent': [
    'an arrival › is silent in single-page mode of %s: no network, nothing stored',
    'single-page mode › is known before the app is launched: what a page captures first is not recorded',
    'single-page mode › is known by the launch where the platform cannot be asked for it',
  ],
  '27 not a formId, and seven days from the tap': [
    'a submitted form › is no credit where the formId is %p, and the developer hears of it once',
    'the sandbox platform › counts the seven days from the tap, however long the sandbox takes',
  ],
  '28 subscriptions within the tap, read per template': [
    'a request for subscriptions › reaches the platform within the tap',
    'a request for subscriptions › passes the answer through and records the words of the templates that were asked for',
    'a request for subscriptions › shows its answer though recording fails',
  ],
  '29 persisted before sent, removed by id': [
    'the queue › stands in storage before anything is sent',
    'the queue › loses nothing, doubles nothing and keeps its order over kills',
    'the queue › sends again what was in flight when the phone was killed, under the same id',
    'the outbox under fire (FIRE_SEED=${seed}) › %s, loses no event, applies none twice and throws nothing at the page',
  ],
  '30 only our own reply acknowledges': [
    'what does not acknowledge an event › %s: it is kept, told once and sent later',
    'what takes an event out of the queue › is that the server rejects it by name; the next one goes on',
    'what takes an event out of the queue › is that it is alone and too large in the words of our server',
    'what takes an event out of the queue › is that a batch, split after a 413, goes through',
  ],
  '31 401: one sign-in for all, one more try': [
    'signing in › is done again after a 401, once, and the events go out',
    'signing in › is not repeated within one attempt where 401 stays: the events are kept',
    'a session › shares one sign-in among all who ask meanwhile',
  ],
  '32 events made before the queue was read are merged': [
    'the queue › merges what was captured while storage could not be read',
  ],
  '33 a full storage': [
    'at the limit › of storage, credits and arrivals stay, and onDrop names each share that went',
    'a full storage › leaves memory, which still delivers, and returns to storage when there is room',
    'a full storage › bounds memory too, and names every event that goes',
    'signing in › is not repeated for every batch where storage cannot keep the token',
    "the queue › never touches a key of the app's",
  ],
  '34 corrupt content is set aside': ['the queue › sets %j under a key of its aside and goes on'],
  '35 one request in flight, and patience': [
    'patience › has one request in flight, with a time-out of its own',
    'patience › doubles, up to five minutes, and is random below that',
    'patience › ends when %s',
    'patience › holds no timer while there is nothing to send, or nobody to see',
  ],
  '36 hiding: storage first, then one attempt': [
    'patience › makes one attempt when the mini-program is hidden, after storage',
    'patience › sends one batch, not all, when the mini-program is hidden',
  ],
  '37 two copies share one storage': [
    'two copies of the library in one mini-program › lose no event of one another, and bring none twice, through full segments and kills',
    'two copies of the library in one mini-program › know each other’s wrapping: one share id and one share, whoever wraps first',
  ],
  '38 the app brings its own session': [
    'an app with its own sign-in › never sees wx.login called, and is asked before every attempt',
    'an app with its own sign-in › gets one more try with the token it says is new, and loses nothing while it cannot say',
  ],
  '39 the clock jumps': ['the queue › keeps the order of capture when the clock jumps back'],
  'privacy: nothing before consent, nothing left after a refusal': [
    'before the user has agreed › there is no sign-in, no network, no question for the group and nothing in storage',
    'before the user has agreed › memory holds a hundred events, and names the ones that go',
    'the answer › no forgets what waited, and leaves pages as they are',
    'the answer › taken back empties the queue of earlier launches and forgets the session',
    'consent that follows the platform › is given once the user has agreed to the privacy agreement',
  ],
  'types: as in Page()': [
    'test/types/page.ts',
    'test/types/component.ts',
    '.ci/consumer/typings.ts',
  ],
  'size and cost': [
    'miniprogram/build/size.mjs',
    'what the library costs a page › %s: %d, at least %d and at most %d',
  ],
  'for the users’ own tests: a phone': [
    'the phone › ends a life for good: what its code still does reaches neither storage, network nor time',
    'the phone › does nothing on a tap on 转发 where the page has no handler',
    'the phone › shows the name of the app, the top of the page and the page itself where a card says nothing',
    'the phone › opens a card where it leads, with its query as it stands',
    'the phone › refuses what does not fit into storage: 1 MB a key, and what is left in all',
  ],
}

/** Titles of `describe` and `it`, also of their tables, file by file. */
const title = /^(?:.*\)\(|\]\)\(| *(?:describe|it)\()\s*(['"`])((?:(?!\1)[^\\\n]|\\.)*)\1,/gm
const files = readdirSync(join(root, 'test/miniprogram'), { recursive: true, encoding: 'utf8' })
  .filter((name) => name.endsWith('.test.ts'))
  .map((name) => readFileSync(join(root, 'test/miniprogram', name), 'utf8'))
  .map((code) => new Set([...code.matchAll(title)].map(([, , words]) => words!)))

const isHeld = (by: string) =>
  by.includes(' › ')
    ? files.some((titles) => by.split(' › ').every((words) => titles.has(words)))
    : existsSync(join(root, by))

describe('the behaviours of the phone’s side that count', () => {
  it('are thirty-nine, and what holds for all of them', () => {
    const numbers = Object.keys(cases).map((name) => parseInt(name, 10))
    expect(numbers.filter(Number.isInteger)).toEqual(Array.from({ length: 39 }, (_, n) => n + 1))
  })

  it.each(Object.entries(cases))('have tests that are there: %s', (_, held) => {
    expect(held.length).toBeGreaterThan(0)
    expect(held.filter((by) => !isHeld(by))).toEqual([])
  })
})
