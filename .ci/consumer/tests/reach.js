const { createReach } = require('wx-reach')

exports.reach = createReach({ baseUrl: 'https://reach.example.com', consent: 'granted' })
