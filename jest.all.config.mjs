// What `npm run test:all` runs: `npm test` and the long suites, *.long.test.ts. They kill
// processes, run long random histories, or need programs that CONTRIBUTING.md names. Those of Citus
// alone, *.citus.long.test.ts, run where TEST_ENGINE names it.
import { browser, configure } from './jest.config.mjs'

process.env.MODEL_STEPS ||= '10000'

const config = configure({
  ignored: process.env.TEST_ENGINE === 'Citus' ? [] : ['\\.citus\\.long\\.test\\.ts$'],
})

export default { ...config, projects: [...config.projects, browser] }
