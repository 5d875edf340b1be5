import { createReach } from 'wx-reach'
import { me } from './me'

export const reach = createReach({
  baseUrl: 'https://reach.example.com',
  consent: 'granted',
  // Your own sign-in stays the only one: wx-reach never calls wx.login, which would invalidate your
  // session_key.
  session: () => me().then(({ reachToken }) => reachToken),
})
