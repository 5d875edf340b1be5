/** Keys that `serve` accepts: random, and the same in every run. */
export const strongApiKey = '5b1f7e0c9a63d284f01c7ab9e86d35420f9ce61878a4d3b2'
export const strongSecretKey = 'q7Zk0V1xu3n8TtYfC2mJ5oWdLr9EsHb4GiPa6QeXwKc='
