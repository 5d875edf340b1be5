import { describe, expect, it } from '@jest/globals'
import { bubbleOfMessage, textParts } from '../../web/console/src/pictures/bubble.ts'
import { cardExamples, cardRows } from '../../web/console/src/pictures/card-rows.ts'

const content = '购买地点{{keyword1.DATA}}\n购买时间{{keyword2.DATA}}\n'

describe('the rows of a card', () => {
  it('have the names and the order of the template, and the values of the data', () => {
    const rows = cardRows(content, {
      keyword2: { value: '2016年6月6日' },
      keyword1: { value: 'TIT造舰厂', color: '#ff0000' },
    })
    expect(rows).toEqual([
      { key: 'keyword1', name: '购买地点', value: 'TIT造舰厂', color: '#ff0000' },
      { key: 'keyword2', name: '购买时间', value: '2016年6月6日' },
    ])
  })

  it('leave out what the template has no line for, and are empty where data is missing', () => {
    expect(cardRows(content, { keyword9: { value: 'x' } }).map(({ value }) => value)).toEqual([
      '',
      '',
    ])
  })

  it('take a colon of either kind for no part of a name', () => {
    const rows = cardRows('姓名:{{name1.DATA}}\n金额：{{amount2.DATA}}')
    expect(rows.map(({ name }) => name)).toEqual(['姓名', '金额'])
  })

  it('are those of the data under its keys where the template is not known', () => {
    expect(cardRows(undefined, { thing1: { value: '咖啡' } })).toEqual([
      { key: 'thing1', name: 'thing1', value: '咖啡' },
    ])
  })
})

describe('the examples of a template', () => {
  it('are told by key, without the names of the keywords', () => {
    expect(cardExamples(content, '购买地点：TIT造舰厂\n购买时间：2016年6月6日\n')).toEqual({
      keyword1: 'TIT造舰厂',
      keyword2: '2016年6月6日',
    })
  })
})

describe('a bubble', () => {
  it('shows links into the mini-program as links, and nothing else as markup', () => {
    const text =
      '好的 <a href="https://x.y" data-miniprogram-path="p?a=1&amp;b=2">看&lt;这&gt;</a>！'
    expect(textParts(`${text}<b>`)).toEqual([
      { text: '好的 ' },
      { text: '看<这>', link: 'p?a=1&b=2' },
      { text: '！<b>' },
    ])
  })

  it('is the same for the parts of a request as for the markup that is made of them', () => {
    const parts = { parts: ['在的。', { text: '看看订单', path: 'pages/a?b=1' }] }
    expect(bubbleOfMessage({ msgtype: 'text', text: parts })).toEqual({
      kind: 'text',
      parts: [{ text: '在的。' }, { text: '看看订单', link: 'pages/a?b=1' }],
    })
  })

  it('names the kind of a message that it cannot draw', () => {
    expect(bubbleOfMessage({ msgtype: 'msgmenu' })).toEqual({ kind: 'other', name: 'msgmenu' })
  })
})
