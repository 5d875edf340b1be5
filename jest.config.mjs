// What `npm test` runs: all but the long suites, *.long.test.ts, which jest.all.config.mjs adds.
// Two projects: the server on Node, the phone on jsdom with miniprogram-simulate. The long suites
// have a third one: web pages in Chromium.
const swc = (target) => [
  '@swc/jest',
  {
    jsc: { parser: { syntax: 'typescript' }, target },
    module: { type: 'commonjs' },
    sourceMaps: 'inline',
  },
]

const shared = {
  // Published as ES modules only, which jest's CommonJS runtime cannot load as they are.
  transformIgnorePatterns: ['/node_modules/(?!(?:typebox|leven|@seriousme)/)'],
  // What is built holds copies of package.json, which would be read as the package itself.
  modulePathIgnorePatterns: [
    '<rootDir>/dist/',
    '<rootDir>/miniprogram/dist/',
    '<rootDir>/web/simulator/dist/',
  ],
  injectGlobals: false,
}

// Fails the run when the log of its suites holds a secret that one of them used.
const globalTeardown = '<rootDir>/test/support/tear-down.ts'

const long = '\\.long\\.test\\.ts$'
const inBrowser = '<rootDir>/test/(console|simulator)/.*\\.long\\.test\\.ts$'

const server = {
  ...shared,
  displayName: 'server',
  // Finds a PostgreSQL server, or starts one.
  globalSetup: '<rootDir>/test/support/set-up.ts',
  globalTeardown,
  testEnvironment: 'node',
  testMatch: ['<rootDir>/test/**/*.test.ts'],
  // The code of the documents imports the packages by their names, as its readers do.
  moduleNameMapper: {
    '^wx-reach-server$': '<rootDir>/server/index.ts',
    '^wx-reach-server/client$': '<rootDir>/server/client/index.ts',
    '^wx-reach-simulator$': '<rootDir>/web/simulator/server/index.ts',
    '^wx-reach-simulator/test$': '<rootDir>/web/simulator/testing/index.ts',
  },
  transform: { '\\.m?[jt]s$': swc('es2022') },
}

/** Pages in Chromium. CI runs it alone: a browser takes all cores from what measures times. */
export const browser = {
  ...server,
  displayName: 'browser',
  globalSetup: '<rootDir>/test/support/set-up-phone.ts',
  testMatch: ['<rootDir>/test/{console,simulator}/**/*.long.test.ts'],
}

/** @returns {import('jest').Config} */
export const configure = ({ ignored }) => ({
  // By default jest leaves one core free, and on two cores that is every second one.
  maxWorkers: '100%',
  // The default of 5 s is short for a machine that does other things as well.
  testTimeout: 60_000,
  projects: [
    {
      ...server,
      testPathIgnorePatterns: [
        '<rootDir>/test/miniprogram/',
        '<rootDir>/test/flow/',
        inBrowser,
        ...ignored,
      ],
    },
    {
      ...shared,
      displayName: 'phone',
      globalSetup: '<rootDir>/test/support/set-up-phone.ts',
      globalTeardown,
      testEnvironment: 'jsdom',
      testMatch: ['<rootDir>/test/miniprogram/**/*.test.ts', '<rootDir>/test/flow/**/*.test.ts'],
      testPathIgnorePatterns: ignored,
      moduleNameMapper: {
        '^wx-reach$': '<rootDir>/miniprogram/client/index.ts',
        '^wx-reach/(.*)$': '<rootDir>/miniprogram/client/$1',
      },
      transform: { '\\.m?[jt]s$': swc('es2017') },
    },
  ],
})

export default configure({ ignored: [long] })
