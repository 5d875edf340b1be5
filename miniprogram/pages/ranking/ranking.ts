import { backend, type RankingRow } from '../../backend'
import { readTexts, switchLanguage } from '../../language'
import { reach } from '../../reach'
import { whyNoGroup } from '../../why-no-group'

Page(
  reach.page(
    {
      data: {
        words: readTexts(),
        openGId: '',
        noGroup: '',
        rows: [] as RankingRow[],
        problem: '',
      },

      stopListening() {},

      onLoad() {
        // At once if the group is known already, else as soon as the server has decrypted it.
        this.stopListening = reach.onArrival((arrival) => {
          const { openGId = '' } = arrival
          this.setData({ openGId, noGroup: whyNoGroup(arrival) })
          void this.loadRows()
        })
      },

      onShow() {
        this.setData({ words: readTexts() })
        void this.loadRows()
      },

      onUnload() {
        this.stopListening()
      },

      async loadRows() {
        const { openGId } = this.data
        if (!openGId) return
        try {
          const { rows } = await backend.ranking(openGId)
          this.setData({ rows, problem: '' })
        } catch {
          this.setData({ problem: 'noBackend' })
        }
      },

      onShareAppMessage() {
        return { title: this.data.words.rankingShareTitle, path: '/pages/ranking/ranking' }
      },

      changeLanguage() {
        this.setData({ words: switchLanguage() })
      },
    },
    // For openers on base libraries before 2.17.3: see pages/index.
    { groupTicket: true },
  ),
)
