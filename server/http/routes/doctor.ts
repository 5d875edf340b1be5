/** What the command `doctor` prints, of the running server. */
import type { DoctorFinding } from '../../../shared/wire/index.ts'
import { doctorRules } from '../../rules/doctor.ts'
import { second } from '../../rules/time.ts'
import { iso } from '../../runtime/world.ts'
import { ofOwnApp } from '../callers.ts'
import { holderRoute, queryOf } from '../route.ts'
import * as schemas from '../schemas/doctor.ts'
import type { KnownKey } from '../services.ts'

export const getDoctor = holderRoute(
  'GET /v1/doctor',
  'admin',
  {
    summary: 'Checks of the deployment: settings, database, network, and what WeChat says',
    audit: 'byMinute',
    query: queryOf(schemas.doctorQuery),
    replies: {
      200: {
        description:
          'The checks call WeChat and change nothing. They run when the last ones are older than ' +
          `${doctorRules.keptMs / second} seconds. A key that is bound to an app gets those of ` +
          'its app. The push address is not looked at: the command does that.',
        schema: schemas.doctorReply,
      },
    },
  },
  async ({ query, key }, { doctor }) => {
    const appId = ofOwnApp(query.appId, key)
    const { checkedAtMs, findings } = await doctor.look()
    const shown = findings.filter((finding) => isShown(finding, appId, key))
    return { status: 200, body: { checkedAt: iso(checkedAtMs), findings: shown } }
  },
)

/** What concerns no app is of the whole server. WeChat is the same for all. */
function isShown(finding: DoctorFinding, appId: string | undefined, key: KnownKey): boolean {
  if (finding.appId !== undefined) return appId === undefined || finding.appId === appId
  return key.appId === undefined || finding.name === 'wechat'
}
