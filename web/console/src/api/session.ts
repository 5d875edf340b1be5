/** Who is signed in, and what they may do. */
import { computed, readonly, shallowRef } from 'vue'
import type { Scope } from 'wx-reach-server/client'
import { route } from '../router/router.ts'
import { firstSession } from './first-asked.ts'
import { request } from './request.ts'
import type { ConsoleSessionReply } from '../../../../shared/wire/index.ts'

type State =
  | { is: 'loading' }
  | { is: 'out'; ended: boolean }
  | { is: 'in'; session: ConsoleSessionReply }
  | { is: 'failed'; error: unknown }

const state = shallowRef<State>({ is: 'loading' })

export const signIn = readonly(state)

export const session = computed(() => (state.value.is === 'in' ? state.value.session : undefined))

/** The app that the screens show: that of the address, or the first. */
export const app = computed(() => {
  const { apps = [] } = session.value ?? {}
  return apps.find(({ appId }) => appId === route.value.query.app) ?? apps[0]
})

export const zoneMinutes = computed(() => app.value?.zoneMinutes ?? 480)

export const may = (scope: Scope): boolean => session.value?.scopes.includes(scope) ?? false

const path = 'console/session'

/** Asks the server once, at the start; the page itself may have asked before. */
export async function findSession(): Promise<void> {
  try {
    const reply = await (firstSession() ?? request('GET', path))
    state.value = reply.ok
      ? { is: 'in', session: (await reply.json()) as ConsoleSessionReply }
      : { is: 'out', ended: false }
  } catch (error) {
    state.value = { is: 'failed', error }
  }
}

/** @returns the reply, whose status says why it failed */
export async function signInWith(apiKey: string): Promise<Response> {
  const reply = await request('POST', path, { apiKey })
  if (reply.ok) {
    state.value = { is: 'in', session: (await reply.clone().json()) as ConsoleSessionReply }
  }
  return reply
}

export async function signOut(): Promise<void> {
  await request('DELETE', path)
  state.value = { is: 'out', ended: false }
}

/** A request was answered with 401: the session or its key ended. */
export function sessionEnded(): void {
  if (state.value.is === 'in') state.value = { is: 'out', ended: true }
}
