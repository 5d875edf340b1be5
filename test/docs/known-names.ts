/** The names that documents may use: settings and routes, as the code has them. */
import { nameOf } from '../../server/http/route.ts'
import { routes } from '../../server/http/routes/routes.ts'
import { filesIn, textOf } from '../structure/source-files.ts'

const settings = /'((?:REACH|WECHAT)_[A-Z_]+|DATABASE_URL|PORT|HOST|TRUST_PROXY|SANDBOX_PORT)'/g

/** Every setting that the code reads. */
export const settingNames: ReadonlySet<string> = new Set(
  filesIn('server').flatMap((file) =>
    [...textOf(file).matchAll(settings)].map(([, name]) => name!),
  ),
)

/** `GET /v1/users/:openId` as a pattern: a document may fill in a value, or name it otherwise. */
const patterns = routes
  .map(nameOf)
  .map((name) => new RegExp(`^${name.replaceAll(/:\w+/g, '[^/?\\s]+')}(\\?\\S*)?$`))

export const serverPaths = {
  has: (methodAndPath: string) => patterns.some((pattern) => pattern.test(methodAndPath)),
}
