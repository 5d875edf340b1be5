/** What `wx-reach-simulator` exports. */
export { startSimulator } from './serve.ts'
export type { Simulator, SimulatorOptions } from './serve.ts'
export { ProjectError } from './project.ts'
export type { CompiledProject } from './compile.ts'
export type { CompileMode } from './project.ts'
export type { Problem } from './problems.ts'
export { playedTags } from '../browser/tags.ts'
