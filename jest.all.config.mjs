// What `npm run test:all` runs: `npm test` and the long suites, *.long.test.ts. They kill
// processes, run long random histories, or need Linux with strace, prlimit, curl and sed.
import { configure } from './jest.config.mjs'

process.env.MODEL_STEPS ||= '10000'

export default configure({ ignored: [] })
