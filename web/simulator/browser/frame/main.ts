/** The page around the phones. */
import { element } from '../dom.ts'
import { drawChats, entryByCard } from './cards.ts'
import { readSettings } from './http.ts'
import {
  drawContact,
  drawNotices,
  readInbox,
  type Conversation,
  type InboxMessage,
} from './inbox.ts'
import { createPhoneView, entryOptions, splitUrl, type PhoneView } from './phone-view.ts'
import { drawScanner, readCodes, scan, type Code } from './scanner.ts'
import { drawCalls, drawState } from './state.ts'
import { drawSwitches } from './switches.ts'
import { readTemplates, type Template } from './templates.ts'
import { createWorld, everybody, userOf, type World } from './world.ts'

const tabs = ['chats', 'inbox', 'contact', 'scanner', 'switches', 'state', 'calls'] as const
type Tab = (typeof tabs)[number]

/** How often the sandbox is asked what is new. */
const pollMs = 1_500

/** For tests: see testing/index.ts. */
interface SimulatorPage {
  phone(user: string): PhoneView | undefined
  addPhone(user: string): void
  /** The card of this id, else the latest one. Returns its path. */
  openCard(user: string, id?: number): string | undefined
  scan(user: string, url: string): void
  enter(user: string, url: string, scene: number): void
}

declare global {
  interface Window {
    simulator?: SimulatorPage
  }
}

interface Bench {
  phone: PhoneView
  head: HTMLElement
  messages: InboxMessage[]
  conversation: Conversation
}

function start(world: World): void {
  const benches: Bench[] = []
  let chosen: Bench
  let tab: Tab = 'chats'
  let codes: Code[] = []
  let templates: ReadonlyMap<string, Template> = new Map()
  let waiting = false

  const phones = element('div', { class: 'phones' })
  const tabBar = element('div', { class: 'tabs', attributes: { role: 'tablist' } })
  const content = element('div', { class: 'content', attributes: { role: 'tabpanel' } })
  const foot = element('div', { class: 'foot' })
  const alertLine = element('p', { class: 'alert', attributes: { role: 'alert' } })
  const header = element('header', { class: 'top' })
  const side = element('aside', { class: 'side' }, tabBar, alertLine, content, foot)
  alertLine.hidden = true
  document.body.append(header, element('main', { class: 'middle' }, phones, side))

  const failed = (error: Error) => {
    alertLine.textContent = error.message
    alertLine.hidden = false
  }

  /** Several changes at once are drawn once. */
  function draw() {
    if (waiting) return
    waiting = true
    queueMicrotask(() => {
      waiting = false
      drawHeader()
      for (const bench of benches) drawHead(bench)
      drawTabs()
      drawContent()
    })
  }

  function drawHeader() {
    const words = world.words()
    const { name, server, sandbox } = world.settings
    document.documentElement.lang = world.language() === 'en' ? 'en' : 'zh-CN'
    document.title = `${name} · ${words.title}`
    const free = everybody.filter((one) => !benches.some(({ phone }) => phone.user.name === one))
    const add = element('button', { text: words.addPhone, onClick: () => addPhone(free[0]!) })
    add.disabled = free.length === 0
    header.replaceChildren(
      element('h1', { text: name }),
      element('span', { class: 'subtitle', text: words.title }),
      element('span', { class: 'space' }),
      server ? element('code', { text: `${words.server} ${server}` }) : '',
      sandbox ? element('code', { text: `${words.sandbox} ${sandbox}` }) : '',
      add,
      element('button', {
        text: words.other,
        onClick: () => world.switchLanguage(),
      }),
    )
  }

  function drawHead(bench: Bench) {
    const { phone, head } = bench
    const words = world.words()
    const select = () => {
      chosen = bench
      draw()
    }
    const act = (text: string, onClick: () => void) => element('button', { text, onClick })
    head.replaceChildren(
      element('button', {
        class: 'phone-name',
        text: phone.user.name,
        attributes: { 'aria-pressed': String(bench === chosen) },
        onClick: select,
      }),
      element('span', { class: 'space' }),
      phone.isRunning()
        ? phone.isShown()
          ? act(words.background, () => phone.background())
          : act(words.foreground, () => phone.open())
        : act(words.launch, () => phone.launch()),
      phone.isRunning() ? act(words.kill, () => phone.kill()) : '',
      benches.length > 1
        ? act(words.removePhone, () => {
            phone.close()
            benches.splice(benches.indexOf(bench), 1)
            head.parentElement?.remove()
            if (chosen === bench) chosen = benches[0]!
            draw()
          })
        : '',
    )
    phone.root.toggleAttribute('data-chosen', bench === chosen && benches.length > 1)
  }

  function drawTabs() {
    const words = world.words()
    tabBar.replaceChildren(
      ...tabs.map((name) =>
        element('button', {
          text: words[name],
          attributes: { role: 'tab', 'aria-selected': String(name === tab) },
          onClick: () => {
            tab = name
            alertLine.hidden = true
            draw()
            void poll()
          },
        }),
      ),
    )
  }

  let drawn = ''
  function drawContent() {
    const { phone, messages, conversation } = chosen
    const parts: Record<Tab, () => Node[]> = {
      chats: () => drawChats(world, phone),
      inbox: () => drawNotices(world, phone, messages, templates),
      contact: () => drawContact(world, phone, messages, conversation),
      scanner: () => drawScanner(world, phone, codes),
      switches: () => drawSwitches(world, phone, failed),
      state: () => drawState(world, phone),
      calls: () => drawCalls(world, phone),
    }
    const next = element('div', {}, ...parts[tab]())
    // What a user writes or has chosen stays where nothing has changed.
    const key = `${tab} ${phone.user.name} ${world.language()} ${next.innerHTML}`
    if (key === drawn) return
    drawn = key
    content.replaceChildren(...next.childNodes)
    content.setAttribute('data-tab', tab)
    foot.hidden = tab !== 'contact'
    if (tab === 'contact' && foot.dataset['user'] !== phone.user.name) drawWriting()
    if (tab === 'chats' || tab === 'contact') content.scrollTop = content.scrollHeight
  }

  function drawWriting() {
    const words = world.words()
    const field = element('input', {
      attributes: { placeholder: words.write, 'aria-label': words.write },
    })
    const form = element(
      'form',
      { class: 'line' },
      field,
      element('button', { class: 'primary', text: words.send }),
    )
    form.addEventListener('submit', (event) => {
      event.preventDefault()
      const text = field.value
      if (text === '') return
      field.value = ''
      const { phone, conversation } = chosen
      conversation.own.push({ at: new Date().toISOString(), text })
      void world.control(phone.user, 'pushes', { msgtype: 'text', content: text }).catch(failed)
      draw()
    })
    foot.dataset['user'] = chosen.phone.user.name
    foot.replaceChildren(form)
  }

  function addPhone(name: string) {
    const head = element('div', { class: 'phone-head' })
    const phone = createPhoneView(world, userOf(name), draw)
    const bench: Bench = { phone, head, messages: [], conversation: { own: [] } }
    benches.push(bench)
    chosen = bench
    phones.append(
      element('section', { class: 'bench', attributes: { 'data-user': name } }, head, phone.root),
    )
    phone.onContact((sessionFrom) => {
      chosen = bench
      tab = 'contact'
      const event = { msgtype: 'event', event: 'user_enter_tempsession', sessionFrom }
      void world.control(phone.user, 'pushes', event).catch(failed)
      draw()
    })
    void world.sandbox.post('users', { openId: phone.user.openId }).catch(() => undefined)
    phone.launch()
    draw()
  }

  async function poll() {
    if (world.settings.sandbox === null) return draw()
    if (tab === 'inbox' || tab === 'contact') {
      const bench = chosen
      bench.messages = await readInbox(world, bench.phone)
      if (tab === 'inbox') templates = await readTemplates(world.sandbox)
    }
    if (tab === 'scanner') codes = await readCodes(world)
    draw()
  }

  const wanted = new URLSearchParams(location.search).get('users') ?? everybody[0]!
  for (const name of wanted.split(',')) addPhone(name)
  chosen = benches[0]!
  world.changed(() => {
    for (const { phone } of benches) phone.refresh()
    draw()
  })
  // Phones have the platform's clock, which an earlier page may have advanced.
  void world.advanceClock(0).catch(() => undefined)
  draw()
  setInterval(() => void poll(), pollMs)

  window.simulator = {
    phone: (name) => benches.find(({ phone }) => phone.user.name === name)?.phone,
    addPhone,
    openCard(name, id) {
      const sent = world.cards().find((card) => card.id === id) ?? world.cards().at(-1)
      const phone = benches.find((bench) => bench.phone.user.name === name)?.phone
      if (sent && phone) phone.open(entryByCard(world, sent))
      return sent?.card.path
    },
    scan(name, url) {
      const phone = benches.find((bench) => bench.phone.user.name === name)?.phone
      if (phone) scan(phone, { kind: 'scan', url })
    },
    enter(name, url, scene) {
      const { path, query } = splitUrl(url)
      const phone = benches.find((bench) => bench.phone.user.name === name)?.phone
      phone?.launch({ options: entryOptions(path, query, scene) })
    },
  }

  const changes = new EventSource('/changes')
  let hash = world.settings.hash
  changes.addEventListener('message', ({ data }) => {
    if (data === hash) return
    hash = String(data)
    void readSettings().then((settings) => {
      Object.assign(world.settings, settings)
      for (const { phone } of benches) phone.reload()
    })
  })
}

void readSettings().then((settings) => start(createWorld(settings)))
