// The page around the cards: filters are links, a theme is a cookie, cells and SQL can be copied.
const said = document.getElementById('said')

for (const select of document.querySelectorAll('form select')) {
  select.addEventListener('change', () => {
    const form = select.form
    const kept = new URLSearchParams()
    for (const [name, value] of new FormData(form)) if (value && value !== select.form.dataset[name]) kept.set(name, value)
    const query = kept.toString()
    location.href = form.getAttribute('action') + (query ? `?${query}` : '')
  })
}

document.getElementById('theme').addEventListener('click', () => {
  const theme = document.body.classList.contains('dark') ? 'light' : 'dark'
  document.cookie = `wb-theme=${theme}; path=/; max-age=31536000; SameSite=Lax`
  location.reload()
})

for (const button of document.querySelectorAll('[data-copy]')) {
  const name = button.textContent
  button.addEventListener('click', async () => {
    const told = await copy(document.getElementById(button.dataset.copy)) ? 'Copied' : 'Selected: press Ctrl-C'
    said.textContent = button.textContent = told
    setTimeout(() => { button.textContent = name }, 1200)
  })
}

// A page that came without TLS has no clipboard of its own; the old way is left there, and where that is refused the reader's keys.
async function copy(element) {
  try {
    await navigator.clipboard.writeText(element.textContent)
    return true
  } catch {
    getSelection().selectAllChildren(element)
    return document.execCommand('copy')
  }
}

// One open sheet at a time; Escape and a click elsewhere close it.
const sheets = [...document.querySelectorAll('details.more')]
for (const sheet of sheets) {
  sheet.addEventListener('toggle', () => { if (sheet.open) for (const other of sheets) if (other !== sheet) other.open = false })
}
document.addEventListener('keydown', event => {
  if (event.key !== 'Escape') return
  for (const sheet of sheets) if (sheet.open) { sheet.open = false; sheet.querySelector('summary').focus() }
})
document.addEventListener('click', event => {
  for (const sheet of sheets) if (sheet.open && !sheet.contains(event.target)) sheet.open = false
})
