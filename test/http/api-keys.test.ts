import { describe, expect, it } from '@jest/globals'
import { createApiKeys } from '../../server/http/callers.ts'

const scopes = ['read'] as const

describe('an API key of the environment', () => {
  it('has an id that stays the same over restarts and holds nothing of the key', () => {
    const [first, restarted] = [1, 2].map(() => createApiKeys([{ key: 'the-key', scopes }]))
    const { id } = first!.find('the-key')!
    expect(id).toMatch(/^env_[0-9a-f]{8}$/)
    expect(restarted!.find('the-key')!.id).toBe(id)
    expect(createApiKeys([{ key: 'another', scopes }]).find('another')!.id).not.toBe(id)
  })
})
