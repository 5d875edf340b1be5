/** What an account holds at the start: the template that the page shows. */
export const firstTemplate = {
  // seeds/001 模版消息管理 3 and 4
  templateId: 'wDYzYZVxobJivW9oMpSCpuvACOfJXQIoKUm0PY397Tc',
  libraryId: 'AT0002',
  keywordIds: [3, 4, 5],
} as const
