// Two projects: the server on Node, the phone on jsdom with miniprogram-simulate.
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
  transformIgnorePatterns: ['/node_modules/(?!(?:typebox|leven)/)'],
  // What is built holds copies of package.json, which would be read as the package itself.
  modulePathIgnorePatterns: ['<rootDir>/dist/', '<rootDir>/miniprogram/dist/'],
  injectGlobals: false,
}

/** What runs on PostgreSQL finds a server, or has one started. */
export const postgres = {
  globalSetup: '<rootDir>/test/support/postgres/setup.ts',
  globalTeardown: '<rootDir>/test/support/postgres/teardown.ts',
}

/** @type {import('jest').Config} */
export default {
  forceExit: true,
  projects: [
    {
      ...shared,
      ...postgres,
      displayName: 'server',
      testEnvironment: 'node',
      testMatch: ['<rootDir>/test/**/*.test.ts'],
      testPathIgnorePatterns: ['<rootDir>/test/miniprogram/', '<rootDir>/test/flow/'],
      transform: { '\\.m?[jt]s$': swc('es2022') },
    },
    {
      ...shared,
      displayName: 'phone',
      testEnvironment: 'jsdom',
      testMatch: ['<rootDir>/test/miniprogram/**/*.test.ts', '<rootDir>/test/flow/**/*.test.ts'],
      // The code of the documents imports the package by its name, as its readers do.
      moduleNameMapper: {
        '^wx-reach$': '<rootDir>/miniprogram/client/index.ts',
        '^wx-reach/(.*)$': '<rootDir>/miniprogram/client/$1',
      },
      transform: { '\\.m?[jt]s$': swc('es2017') },
    },
  ],
}
