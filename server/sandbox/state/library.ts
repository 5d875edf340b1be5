/**
 * The library of titles (模板库) as one account sees it, and the titles that it applied for
 * (申请添加新模板, seeds/001 步骤一).
 */
import Type from 'typebox'
import { library, type LibraryTitle } from '../rules/library.ts'
import { Fields, type Memory } from '../rules/memory.ts'

export interface Library {
  /** Those of the library, then the account's own that were approved. */
  titles(): readonly LibraryTitle[]
  /** `undefined`: the library has this title (seeds/001 审核说明 1.1). */
  apply(title: string, keywords: readonly AppliedKeyword[]): Application | undefined
  /** An approved title enters the library. `undefined`: none of this id waits for its review. */
  review(applicationId: string, approved: boolean): Application | undefined
  applications(): readonly Application[]
}

export interface Application {
  applicationId: string
  title: string
  state: 'waiting' | 'approved' | 'rejected'
  /** Of the title in the library, once it is approved. */
  libraryId?: string
}

const keyword = { name: Type.String(), example: Type.String() }
const AppliedKeyword = Fields(keyword)
type AppliedKeyword = Memory<typeof AppliedKeyword>

export const LibraryMemory = Fields({
  applications: Type.Array(
    Fields({
      applicationId: Type.String(),
      title: Type.String(),
      state: Type.Enum(['waiting', 'approved', 'rejected']),
      libraryId: Type.Optional(Type.String()),
      keywords: Type.Array(AppliedKeyword),
    }),
  ),
  approved: Type.Array(
    Fields({
      id: Type.String(),
      title: Type.String(),
      keywords: Type.Array(Fields({ id: Type.Integer(), ...keyword })),
    }),
  ),
})

export function createLibrary({ applications, approved }: Memory<typeof LibraryMemory>): Library {
  const titles = () => [...library, ...approved]
  const shown = ({ keywords: _keywords, ...application }: (typeof applications)[number]) =>
    application
  return {
    titles,
    apply(title, keywords) {
      if (titles().some((each) => each.title === title)) return undefined
      const applicationId = String(applications.length + 1)
      const application = {
        applicationId,
        title,
        state: 'waiting' as const,
        keywords: [...keywords],
      }
      applications.push(application)
      return shown(application)
    },
    review(applicationId, isApproved) {
      const application = applications.find((each) => each.applicationId === applicationId)
      if (application?.state !== 'waiting') return undefined
      application.state = isApproved ? 'approved' : 'rejected'
      if (isApproved) {
        // The page's first id is AT0002.
        application.libraryId = `AT${String(titles().length + 2).padStart(4, '0')}`
        const keywords = application.keywords.map((each, index) => ({ id: index + 1, ...each }))
        approved.push({ id: application.libraryId, title: application.title, keywords })
      }
      return shown(application)
    },
    applications: () => applications.map(shown),
  }
}
