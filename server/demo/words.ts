/** What `npm start` prints: where to look, and what to try, in order. */
import type { Chapter } from './tour.ts'
import { commandOf } from './request.ts'
import type { Places } from './request.ts'

export function startWords(
  places: Places & { appId: string; folder: string },
  chapters: readonly Chapter[],
): string {
  return [
    'wx-reach is running. Nothing here talks to the real platform.',
    '',
    `  the server         ${places.server}     (API key: ${places.apiKey}, app: ${places.appId})`,
    `  what it can do     ${places.server}/openapi.json`,
    `  the sandbox        ${places.sandbox}     plays api.weixin.qq.com and the users behind it`,
    '  the mini-program   open this folder in WeChat DevTools: it talks to both',
    `  the data           ${places.folder}: stop and delete it to start afresh`,
    '',
    'Try it in another terminal, from top to bottom, or let `npm run walk` do just that (with the same PORT and',
    'SANDBOX_PORT, where you set them). In an event only the difference of `sentAt` and `at` counts: 0 and 0 is now.',
    ...chapters.flatMap(({ title, steps }) => [
      '',
      `# ${title}`,
      ...steps.flatMap((step) => ['', `# ${step.says}`, commandOf(step, places)]),
    ]),
    '',
    'Ctrl+C stops both.',
  ].join('\n')
}
