/** What the platform tells of a user: the phone number, and the unionid after a payment. */
import { epochSeconds } from '../rules/time.ts'
import type { OrderName } from '../state/payments.ts'
import { ok, refuse, text, type Endpoint, type Fields } from './endpoint.ts'

/**
 * Exchanges the code of a `getPhoneNumber` button for the number (platform, getPhoneNumber). A code
 * that was used is as unknown as any other.
 */
export const getUserPhoneNumber: Endpoint = {
  method: 'POST',
  path: '/wxa/business/getuserphonenumber',
  needs: 'token',
  editions: ['2026'],
  handle(body, account) {
    const code = text(body['code'])
    // Users report 47001 for openid and access_token in the body.
    if (code === undefined || Object.keys(body).length > 1) return refuse(47001)
    const number = account.phoneCodes.redeem(code)
    if (!number) return refuse(40029)
    const { phoneNumber, countryCode, issuedAtMs } = number
    return ok({
      phone_info: {
        // 国外手机号会有区号
        phoneNumber: countryCode === '86' ? phoneNumber : `${countryCode}${phoneNumber}`,
        purePhoneNumber: phoneNumber,
        // Text, as the table of the page says and its users receive. Its example has a number.
        countryCode,
        watermark: { timestamp: epochSeconds(issuedAtMs), appid: account.appId },
      },
    })
  },
}

/** Returns the unionid of a user who just paid (platform, getPaidUnionid). */
export const getPaidUnionId: Endpoint = {
  method: 'GET',
  path: '/wxa/getpaidunionid',
  needs: 'token',
  handle(query, account) {
    const openId = account.users.find(text(query['openid']))
    if (openId === undefined) return refuse(40003)
    const order = orderName(query)
    if (!order) return refuse(40101)
    if (!account.payments.isRecent(openId, order)) return refuse(89300)
    const unionid = account.users.unionId(openId)
    if (unionid === undefined) return refuse(89002)
    return { unionid, ...ok() }
  },
}

function orderName(query: Fields): OrderName | undefined {
  const transactionId = text(query['transaction_id'])
  if (transactionId !== undefined) return { transactionId }
  const [mchId, outTradeNo] = [text(query['mch_id']), text(query['out_trade_no'])]
  return mchId === undefined || outTradeNo === undefined ? undefined : { mchId, outTradeNo }
}
