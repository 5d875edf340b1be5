import { describe, expect, it } from '@jest/globals'
import { readXml } from '../../../server/verify/push/body.ts'

const entities = '<!ENTITY a "ha"><!ENTITY b "&a;&a;">'
const laughs = `<!DOCTYPE xml [${entities}]><xml><Content>&b;</Content></xml>`

describe("the platform's XML", () => {
  it('has its fields as texts, in CDATA or bare', () => {
    expect(readXml('<xml><A><![CDATA[x]]></A>\n <B>7</B><C></C><D/><E >e</E ></xml>')).toEqual({
      A: 'x',
      B: '7',
      C: '',
      D: '',
      E: 'e',
    })
  })

  it('keeps texts unchanged', () => {
    const content = ' <b> & &amp; ]] > 你好 👋\r\n '
    expect(readXml(`<xml><A><![CDATA[${content}]]></A></xml>`)).toEqual({ A: content })
    expect(readXml('<xml><A> <![CDATA[a]]>b<![CDATA[]]]]><![CDATA[>]]></A></xml>')).toEqual({
      A: ' ab]]>',
    })
  })

  it('has five entities and numeric references, each replaced once', () => {
    const text = '&lt;&gt;&amp;amp;&quot;&apos;&#20320;&#x597D;&#x1f44b;&#9;'
    expect(readXml(`<xml><A>${text}</A></xml>`)).toEqual({ A: `<>&amp;"'你好👋\t` })
  })

  it.each([
    ['an entity that is not predefined', '&nbsp;&a;', '&nbsp;&a;'],
    ['a bare ampersand', 'a & b', 'a & b'],
    ['half an entity', '&am&amp;p;', '&am&p;'],
    ['an end mark without a section', '<![CDATA[a]]>b]]>', 'ab]]>'],
    ['a character that XML forbids', '&#0;', '\uFFFD'],
    ['half a character', '&#xD83D;', '\uFFFD'],
    ['a number beyond Unicode', '&#x110000;', '\uFFFD'],
  ])('is read although a text has %s', (_, text, read) => {
    expect(readXml(`<xml><A>${text}</A><B>1</B></xml>`)).toEqual({ A: read, B: '1' })
  })

  it('may begin with its declaration', () => {
    for (const declaration of [
      '<?xml version="1.0" encoding="UTF-8"?>\n',
      "<?xml version='1.0'?>",
    ]) {
      expect(readXml(`${declaration}<xml><A>1</A></xml>`)).toEqual({ A: '1' })
    }
  })

  it('has an object for children and a list for repeated elements', () => {
    const list = '<List><A>1</A></List><List><A>2</A></List><List><A>3</A></List>'
    expect(readXml(`<xml><Event>${list}</Event></xml>`)).toEqual({
      Event: { List: [{ A: '1' }, { A: '2' }, { A: '3' }] },
    })
  })

  it('treats __proto__ and the like as plain names', () => {
    const fields = readXml('<xml><__proto__><admin>1</admin></__proto__></xml>')
    expect(Object.keys(fields ?? {})).toEqual(['__proto__'])
    expect(fields?.admin).toBeUndefined()
  })

  it.each([
    ['a billion laughs', laughs],
    ['a doctype', '<!DOCTYPE xml><xml><A>1</A></xml>'],
    ['a file', '<!DOCTYPE x [<!ENTITY f SYSTEM "file:///etc/passwd">]><xml><A>&f;</A></xml>'],
    ['a processing instruction', '<?php version="1.0"?><xml><A>1</A></xml>'],
    ['a second declaration', '<?xml version="1.0"?><?xml version="1.0"?><xml><A>1</A></xml>'],
    ['a declaration within', '<xml><?xml version="1.0"?><A>1</A></xml>'],
    ['a declaration alone', '<?xml version="1.0"?>'],
    ['a comment', '<xml><!-- --><A>1</A></xml>'],
    ['an attribute', '<xml><A b="c">1</A></xml>'],
    ['a namespace', '<x:xml><A>1</A></x:xml>'],
    ['an open section', '<xml><A><![CDATA[1</A></xml>'],
    ['text between elements', '<xml>a<A>1</A></xml>'],
    ['text after the end', '<xml><A>1</A></xml>a'],
    ['a comment after the end', '<xml><A>1</A></xml><!-- -->'],
    ['an element opened after the end', '<xml><A>1</A></xml><b>'],
    ['two roots', '<xml><A>1</A></xml><xml><A>1</A></xml>'],
    ['a second root of another name', '<xml><A>1</A></xml><b/>'],
    ['another root', '<html><A>1</A></html>'],
    ['a root of text', '<xml>a</xml>'],
    ['an empty root', '<xml></xml>'],
    ['crossed elements', '<xml><A><B>1</A></B></xml>'],
    ['an element without its end', '<xml><A>1</xml>'],
    ['an end without its element', '<xml></A></xml>'],
    ['an end too many', '<xml><A>1</A></xml></xml>'],
    ['no root', 'a'],
    ['nothing', ''],
  ])('with %s is refused', (_, source) => {
    expect(readXml(source)).toBeUndefined()
  })

  it('nests at most sixteen deep', () => {
    const nested = (depth: number) =>
      `<xml>${'<a>'.repeat(depth - 1)}1${'</a>'.repeat(depth - 1)}</xml>`
    expect(readXml(nested(16))).toBeDefined()
    expect(readXml(nested(17))).toBeUndefined()
    expect(readXml(nested(9_000))).toBeUndefined()
  })
})
