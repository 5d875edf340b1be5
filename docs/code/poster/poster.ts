Page({
  // Only when the user taps 保存海报: a poster is the user's to keep and to show.
  save({ currentTarget }: { currentTarget: { dataset: { item: string } } }) {
    const { item } = currentTarget.dataset
    wx.downloadFile({
      url: `https://app.example.com/posters/${encodeURIComponent(item)}.png`,
      success: ({ tempFilePath, statusCode }) => {
        const tell = (title: string) => wx.showToast({ title, icon: 'none' })
        if (statusCode !== 200) tell('暂时没有海报')
        else
          wx.saveImageToPhotosAlbum({
            filePath: tempFilePath,
            success: () => tell('已保存'),
            fail: () => tell('没有保存'),
          })
      },
    })
  },
})
