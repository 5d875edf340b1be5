/** The control that shows the links that open a mini-program. */
import Type from 'typebox'
import { iso } from '../../runtime/world.ts'
import { linkRules } from '../rules/links.ts'
import { Time } from '../rules/memory.ts'
import { control } from './control.ts'

export const links = control({
  method: 'GET',
  path: '/sandbox/links',
  summary: 'Lists the links that the app generated and what each opens, oldest first.',
  fields: {},
  reply: Type.Object({
    links: Type.Array(
      Type.Object({
        link: Type.String(),
        kind: Type.Enum(['urlLink', 'scheme', 'shortLink']),
        path: Type.Optional(
          Type.String({ description: 'Absent: the home page, which was not set.' }),
        ),
        query: Type.String(),
        envVersion: Type.Enum(['release', 'trial', 'develop']),
        scene: Type.Integer({ description: 'That a phone outside WeChat gives.' }),
        title: Type.Optional(Type.String({ description: 'Of a Short Link.' })),
        cloudBase: Type.Optional(
          Type.Unknown({ description: 'As the call carried it. It has no effect.' }),
        ),
        endsAt: Type.Union([Time, Type.Null()], { description: '`null`: never.' }),
        expired: Type.Boolean({ description: '`true`: it opens nothing any more.' }),
      }),
    ),
  }),
  example: {},
  before: [
    {
      path: '/wxa/generate_urllink?access_token={access_token}',
      body: { path: 'pages/index/index', query: 'id=1', expire_type: 1, expire_interval: 1 },
    },
  ],
  act({ account }) {
    const { links: generated, pages, now } = account()
    const shown = generated.list().map(({ path, endsAtMs, ...link }) => {
      const opened = path || pages.home()
      return {
        ...link,
        ...(opened !== undefined && { path: opened }),
        scene: linkRules[link.kind].scene,
        endsAt: endsAtMs === undefined ? null : iso(endsAtMs),
        expired: endsAtMs !== undefined && now() >= endsAtMs,
      }
    })
    return { links: shown }
  },
})
