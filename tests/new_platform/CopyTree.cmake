# Copies FILES, as they are named below FROM, to TO, of which nothing else is left.
file(REMOVE_RECURSE ${TO})
foreach(name IN LISTS FILES)
  get_filename_component(folder ${TO}/${name} DIRECTORY)
  file(COPY ${FROM}/${name} DESTINATION ${folder})
endforeach()
