/** Checks of a deployment, as the command `doctor` prints them. */

/** `GET /v1/doctor`. Default: all apps that the key may look at. */
export interface DoctorQuery {
  appId?: string
}

/** `GET /v1/doctor` */
export interface DoctorReply {
  /** The checks are those of then: a minute ago at most. */
  checkedAt: string
  findings: DoctorFinding[]
}

export interface DoctorFinding {
  name: DoctorSubject
  /** The app, where the check concerns one. */
  appId?: string
  /** `skipped`: it could not be looked at, for the reason in `detail`. */
  status: 'ok' | 'warning' | 'problem' | 'skipped'
  /** What was found, without a secret. */
  detail: string
  /** What to do, where `detail` does not say it. */
  advice?: string
}

export type DoctorSubject =
  | 'settings'
  | 'database'
  | 'durability'
  | 'migrations'
  | 'clock'
  | 'secret-keys'
  | 'webhooks'
  | 'disk'
  | 'proxy'
  | 'wechat'
  | 'app-secret'
  | 'ip-white-list'
  | 'edition'
  | 'templates'
  | 'quotas'
  | 'push-address'
  | 'forward-pushes'
