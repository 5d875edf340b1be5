/** Requests for codes, and the scenes that phones ask for. */
import * as fc from 'fast-check'
import { checkCode, checkPayload } from '../../../server/codes/check-code.ts'
import {
  codeCall,
  keyOfCode,
  looksLikeSceneId,
  payloadJson,
} from '../../../server/codes/code-request.ts'
import { codeRequest } from '../../../server/http/schemas/codes.ts'
import { decoder } from '../../../server/http/schemas/schema.ts'
import { codeRules, maxPayloadBytes, sceneLength } from '../../../server/rules/codes.ts'
import { editions, type Edition } from '../../../server/rules/credits.ts'
import { hostileText, mutatedValue } from '../../support/mutations.ts'
import { promised, type FuzzTarget } from './target.ts'

const shareId = 'share-0001'
const requests = [
  { kind: 'path', path: 'pages/index?query=1', width: 430, shareId },
  {
    kind: 'path',
    path: '/pages/index',
    lineColor: { r: 0, g: '128', b: 255 },
    envVersion: 'trial',
  },
  { kind: 'qrcode', path: 'pages/index?query=1', width: 430 },
  { kind: 'scene', scene: 'a=1&b=2', page: 'pages/index', checkPath: false, isHyaline: true },
  { kind: 'scene', payload: { table: 7, items: ['咖啡', { size: 'L' }] }, autoColor: true },
  { kind: 'scene', shareId },
]
const madeScene = 'YWJjZGVmZ2hpamtsbW5vcA'

interface SceneInput {
  /** Of an operator. */
  request: unknown
  edition: Edition
  /** Of a phone: from the address, decoded. */
  scene: string
}

const decode = decoder(codeRequest)

export const scenes: FuzzTarget<SceneInput> = {
  name: 'scenes',
  inputs: fc.record({
    // As it comes from the body of a request.
    request: mutatedValue(requests).map((value) => JSON.parse(JSON.stringify(value)) as unknown),
    edition: fc.constantFrom(...editions),
    scene: fc.oneof(hostileText(200), fc.constant(madeScene), fc.stringMatching(/^[\w-]{21,23}$/)),
  }),
  read({ request, edition, scene }) {
    promised(
      !looksLikeSceneId(scene) || /^[\w-]{22}$/.test(scene),
      'a scene is looked up by its id',
    )
    const decoded = decode(request)
    if (!decoded.ok) return 'invalid'
    const { value } = decoded
    const problems = checkCode(value, edition)
    if (problems.length > 0 || checkPayload(value).length > 0) return 'refused'
    promised(keyOfCode(value).length === 32, 'the key of a code can be stored')
    const payload = payloadJson(value) ?? 'null'
    promised(Buffer.byteLength(payload) <= maxPayloadBytes, 'a payload can be stored')
    const call = codeCall(value, value.scene ?? madeScene)
    if (call.kind === 'scene') promised([...call.scene].length <= sceneLength, 'a scene is short')
    else {
      const most = codeRules[edition].pathBytes[call.kind]
      promised(Buffer.byteLength(call.path) <= most, 'WeChat takes the path of a code')
    }
    return call.kind
  },
  outcomes: ['invalid', 'refused', 'path', 'scene', 'qrcode'],
}
