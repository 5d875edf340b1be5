// What `npm run test:all` runs: `npm test` and the long suites, *.long.test.ts. They kill
// processes, live long random histories, and want strace and prlimit, so Linux.
import { configure } from './jest.config.mjs'

process.env.MODEL_STEPS ||= '10000'

export default configure({ ignored: [] })
