/** A user of `wx-reach/taro` who has Taro itself, in whatever generation. */
import * as Taro from '@tarojs/taro'
import { createReach } from 'wx-reach'
import { taroReach } from 'wx-reach/taro'
const reach = createReach({ baseUrl: 'https://reach.test', consent: 'granted' })
export const { useShare, useReach } = taroReach(reach, Taro)
useShare(({ from }) => ({ title: from, path: '/pages/index/index' }))
