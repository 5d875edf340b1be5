// What `npm run test:all` runs: `npm test` and the long suites, *.long.test.ts. They kill
// processes, run long random histories, or need programs that CONTRIBUTING.md names.
import { browser, configure } from './jest.config.mjs'

process.env.MODEL_STEPS ||= '10000'

const config = configure({ ignored: [] })

export default { ...config, projects: [...config.projects, browser] }
