# The current token, for every use: {"accessToken": "…", "expiresAt": "…"}
curl -s "$REACH_URL/v1/access-token" -H "Authorization: Bearer $REACH_API_KEY"
# After 40001, 40014 or 42001: name the refused token, and use the one in the reply.
curl -s "$REACH_URL/v1/access-token/refresh" -H "Authorization: Bearer $REACH_API_KEY" \
  -d "{\"rejected\": \"$REFUSED\"}"
