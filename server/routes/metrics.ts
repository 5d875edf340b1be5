/** For Prometheus. */
import { ProblemError } from '../problem.ts'
import { serverRoute } from './route.ts'

export const getMetrics = serverRoute(
  'GET /metrics',
  'read',
  {
    summary: 'What the server counts, over all its apps',
    replies: {
      200: { description: "Prometheus' text format.", contentTypes: ['text/plain'] },
    },
  },
  async (_call, { metrics }) => {
    if (!metrics) {
      const detail =
        'This server was made without metrics: give createReachServer metrics: createMetrics().'
      throw new ProblemError(404, 'not_found', detail)
    }
    const headers = { 'Content-Type': metrics.contentType, 'Cache-Control': 'no-store' }
    return { status: 200, body: await metrics.read(), headers }
  },
)
