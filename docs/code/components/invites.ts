import { behavior } from 'wx-reach/behavior'
import { reach } from '../reach'

/** Several pages have the share handler in common, and what it reads. */
export const invites = Behavior(
  behavior(reach, {
    data: { inviter: '小明' },
    methods: {
      onShareAppMessage() {
        return { title: `${this.data.inviter}邀请你`, path: '/pages/home/home' }
      },
    },
  }),
)
