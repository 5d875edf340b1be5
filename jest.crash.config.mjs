// Tests that kill processes: minutes long, and so by a command of their own.
import config from './jest.config.mjs'

const { displayName, testMatch, testPathIgnorePatterns, ...server } = config.projects[0]

/** @type {import('jest').Config} */
export default { ...server, forceExit: true, testMatch: ['<rootDir>/test/crash/**/*.crash.ts'] }
