/** The screens that there are, in the order of the navigation. */
import type { Component } from 'vue'
import type { Scope } from 'wx-reach-server/client'
import type { ScreenName } from '../router/paths.ts'
import type { IconName } from '../ui/icons.ts'

export interface Screen {
  name: ScreenName
  load: () => Promise<{ default: Component }>
  /** In the navigation. Absent: it is reached from other screens alone. */
  icon?: IconName
  /** The screen that is marked in the navigation in its place. */
  under?: ScreenName
  /** What the key must permit to see it. */
  scope: Scope
  /** Only where the server is the demo. */
  demo?: boolean
}

export const screens: readonly Screen[] = [
  {
    name: 'overview',
    icon: 'overview',
    scope: 'read',
    load: () => import('../screens/overview/OverviewScreen.vue'),
  },
  {
    name: 'users',
    icon: 'users',
    scope: 'read',
    load: () => import('../screens/users/UsersScreen.vue'),
  },
  {
    name: 'messages',
    icon: 'messages',
    scope: 'read',
    load: () => import('../screens/messages/MessagesScreen.vue'),
  },
  {
    name: 'compose',
    icon: 'compose',
    scope: 'read',
    load: () => import('../screens/compose/ComposeScreen.vue'),
  },
  {
    name: 'broadcasts',
    icon: 'broadcasts',
    scope: 'read',
    load: () => import('../screens/broadcasts/BroadcastsScreen.vue'),
  },
  {
    name: 'shares',
    icon: 'shares',
    scope: 'read',
    load: () => import('../screens/shares/SharesScreen.vue'),
  },
  {
    name: 'groups',
    under: 'shares',
    scope: 'read',
    load: () => import('../screens/shares/GroupsScreen.vue'),
  },
  {
    name: 'templates',
    icon: 'templates',
    scope: 'read',
    load: () => import('../screens/templates/TemplatesScreen.vue'),
  },
  {
    name: 'codes',
    icon: 'codes',
    scope: 'read',
    load: () => import('../screens/codes/CodesScreen.vue'),
  },
  {
    name: 'pushes',
    icon: 'pushes',
    scope: 'read',
    load: () => import('../screens/pushes/PushesScreen.vue'),
  },
  {
    name: 'customer',
    icon: 'customer',
    scope: 'read',
    load: () => import('../screens/customer/CustomerScreen.vue'),
  },
  {
    name: 'settings',
    icon: 'settings',
    scope: 'read',
    load: () => import('../screens/settings/SettingsScreen.vue'),
  },
  {
    name: 'world',
    icon: 'world',
    scope: 'read',
    demo: true,
    load: () => import('../screens/world/WorldScreen.vue'),
  },
]

/** Those that were loaded ahead: they are drawn at once. */
export const loadedScreens = new Map<ScreenName, Component>()

/** A failure is told where the screen is shown. */
export async function loadScreen(name: ScreenName | undefined): Promise<void> {
  const screen = screens.find((one) => one.name === name)
  const loaded = await screen?.load().catch(() => undefined)
  if (screen && loaded) loadedScreens.set(screen.name, loaded.default)
}
