app='appid=wx0000000000sandbox&secret=sandbox-secret'
token=$(curl -s "$SANDBOX/cgi-bin/token?grant_type=client_credential&$app" | cut -d '"' -f 4)
curl -s "$SANDBOX/cgi-bin/message/subscribe/send?access_token=$token" \
  -d '{"touser":"alice","template_id":"pickup","data":{"thing1":{"value":"咖啡"}}}'
curl -s "$SANDBOX/wxa/getwxacodeunlimit?access_token=$token" -d '{"scene":"table=3"}' -o code.jpg
